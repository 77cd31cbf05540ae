// Time left until a deadline, by the server's clock: data-now tells the server's time when the page was made,
// and performance.now() counts from there, so a wrong clock on the user's computer does not matter.
const MINUTE = 60;
const ANNOUNCE_AT = [15 * MINUTE, 5 * MINUTE];

class Countdown {
  constructor(box) {
    this.box = box;
    this.left = (Date.parse(box.dataset.deadline) - Date.parse(box.dataset.now)) / 1000;
    this.start = performance.now();
    this.place = box.querySelector("[data-countdown-left]");
    this.status = box.querySelector("[data-countdown-status]");
    this.announced = new Set(ANNOUNCE_AT.filter((limit) => this.left <= limit));
    this.plural = new Intl.PluralRules(document.documentElement.lang || "fi");
  }

  run() {
    if (!Number.isFinite(this.left)) return;
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  tick() {
    const seconds = Math.floor(this.left - (performance.now() - this.start) / 1000);
    if (seconds <= 0) return this.finish();
    this.box.classList.toggle("app-deadline--soon", seconds <= ANNOUNCE_AT[0]);
    const text = this.describe(seconds);
    if (this.place.textContent !== text) this.place.textContent = text;
    for (const limit of ANNOUNCE_AT) {
      if (seconds > limit || this.announced.has(limit)) continue;
      this.announced.add(limit);
      this.status.textContent = this.box.dataset.textSoon.replace("%(left)s", text);
    }
  }

  finish() {
    clearInterval(this.timer);
    this.box.classList.remove("app-deadline--soon");
    this.box.classList.add("app-deadline--passed");
    this.place.textContent = "";
    this.box.querySelector("[data-countdown-label]")?.setAttribute("hidden", "");
    this.status.textContent = this.box.dataset.textPassed;
    this.status.classList.remove("govuk-visually-hidden");
  }

  // Two largest units, as the server writes them; seconds only in the last five minutes.
  describe(seconds) {
    const units = [
      ["day", Math.floor(seconds / 86400)],
      ["hour", Math.floor(seconds / 3600) % 24],
      ["minute", Math.floor(seconds / 60) % 60],
      ["second", seconds % 60],
    ];
    const first = units.findIndex(([, count]) => count > 0);
    const isLast = seconds < ANNOUNCE_AT[1];
    return units
      .slice(first, first + 2)
      .filter(([name, count]) => count > 0 && (name !== "second" || isLast))
      .map(([name, count]) => this.unit(name, count))
      .join(" ");
  }

  unit(name, count) {
    const texts = JSON.parse(this.box.dataset.units);
    const form = this.plural.select(count) === "one" ? "one" : "other";
    return texts[name][form].replace("%(num)s", count);
  }
}

export function startCountdown(box) {
  new Countdown(box).run();
}
