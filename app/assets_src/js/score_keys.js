// Keys 0–5 give a score while the focus is inside that criterion. They work nowhere else, and can be switched off (WCAG 2.1.4).
const OFF = "innoverkko:score-keys-off";

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function startSwitch(toggle) {
  toggle.checked = !isOff();
  toggle.closest("[data-score-keys-help]")?.removeAttribute("hidden");
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, toggle.checked ? "0" : "1");
    } catch {
      // The choice then holds for this page only, through the box itself.
    }
  });
}

export function startScoreKeys(form) {
  const toggle = document.querySelector("[data-score-keys-toggle]");
  if (toggle) startSwitch(toggle);
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return;
    if (toggle ? !toggle.checked : isOff()) return;
    if (event.target.matches("textarea, select, input:not([type=radio])")) return;
    const radio = event.target.closest("[data-score]")?.querySelector(`input[type="radio"][value="${event.key}"]`);
    if (!radio || radio.disabled) return;
    event.preventDefault();
    radio.focus();
    radio.click();
  });
}
