const YEAR_S = 31_536_000;

/** The choice is kept on this device for a year. */
export function keep(name: string, text: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(text)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}
