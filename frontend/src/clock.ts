/** The wall shows its own clock, so that a picture of it says when it was taken. */
export function clock(): void {
  const place = document.querySelector<HTMLTimeElement>("[data-clock]");
  if (!place) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "long",
    timeStyle: "medium",
    timeZone: "Asia/Shanghai",
  });
  const show = (): void => {
    place.textContent = format.format(new Date());
  };
  show();
  window.setInterval(show, 1000);
}
