/** The header that proves a request comes from our own page. */
export function csrf(): Record<string, string> {
  const given = document.body.getAttribute("hx-headers");
  return given ? (JSON.parse(given) as Record<string, string>) : {};
}
