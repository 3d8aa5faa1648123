/** The form is sent only after its question was answered with yes. */
export function confirmFirst(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) return;
  const form = root;
  let agreed = false;
  form.addEventListener("submit", (event) => {
    if (agreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    ask(form.dataset["confirm"] ?? "", () => {
      agreed = true;
      form.requestSubmit(submitter);
    });
  });
}

function ask(question: string, yes: () => void): void {
  const source = document.getElementById("confirm-dialog") as HTMLTemplateElement | null;
  const dialog = source?.content.firstElementChild?.cloneNode(true) as HTMLDialogElement | undefined;
  if (!dialog) {
    if (window.confirm(question)) yes();
    return;
  }
  const words = dialog.querySelector("[data-question]");
  if (words) words.textContent = question;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") yes();
  });
  document.body.append(dialog);
  dialog.showModal();
}
