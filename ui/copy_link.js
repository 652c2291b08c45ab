// Copies the page's address. Where a browser refuses (no permission, no https), it is shown, selected, to be copied by hand.
export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  const live = parentElement.querySelector("[aria-live]");
  button.textContent = "Copy link to this view";
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      live.textContent = "Copied";
    } catch {
      window.prompt("The link to this view:", window.location.href);
    }
    setTimeout(() => (live.textContent = ""), 2000);
  };
}
