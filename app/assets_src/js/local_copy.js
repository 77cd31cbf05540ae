// A copy of unsaved text in this browser, per user and form, so that a crash, a reload or an expired session loses nothing.
const PREFIX = "innoverkko:draft:";

export class LocalCopy {
  constructor(key) {
    this.key = PREFIX + key;
  }

  // → {version, at, submitted, values: {name: [value, …]}} or null
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  // → whether the browser kept it: private windows and full disks may refuse
  write(copy) {
    try {
      localStorage.setItem(this.key, JSON.stringify(copy));
      return true;
    } catch {
      return false;
    }
  }

  remove() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept, so nothing needs removing.
    }
  }
}

// Logging out on purpose clears the copies: the next person at this computer must not find them.
export function forgetOnLogout(form) {
  form.addEventListener("submit", () => {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX))
        .forEach((key) => localStorage.removeItem(key));
    } catch {
      // No storage, no copies.
    }
  });
}
