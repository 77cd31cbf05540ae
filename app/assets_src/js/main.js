// Entry point of every page. Nothing here is needed to use the service: each part makes a working page easier.
import {
  Button,
  CharacterCount,
  createAll,
  ErrorSummary,
  NotificationBanner,
  ServiceNavigation,
  SkipLink,
} from "govuk-frontend/dist/govuk/all.mjs";
import { startAutosave } from "./autosave.js";
import { startCountdown } from "./countdown.js";
import { forgetOnLogout } from "./local_copy.js";
import { startRows } from "./rows.js";
import { startScoreKeys } from "./score_keys.js";

const texts = JSON.parse(document.body.dataset.texts || "{}");
const each = (selector, start) => document.querySelectorAll(selector).forEach((element) => start(element));

createAll(Button);
createAll(CharacterCount, texts.characters ? { i18n: texts.characters } : {});
createAll(ErrorSummary);
createAll(NotificationBanner);
createAll(ServiceNavigation);
createAll(SkipLink);

each("[data-rows]", startRows);
each("form[data-autosave-url]", startAutosave);
each("[data-countdown]", startCountdown);
each("[data-score-keys]", startScoreKeys);
each("form[data-logout]", forgetOnLogout);
