// What a form holds, by group. A group is what is saved as one: a list of rows (data-autosave-group), else one control name.
const IGNORED_TYPES = new Set(["submit", "button", "reset", "image", "file", "password"]);

export function groupOf(control) {
  return control.closest("[data-autosave-group]")?.dataset.autosaveGroup ?? control.name;
}

function isSaved(control) {
  return control.name && !control.disabled && !IGNORED_TYPES.has(control.type) && control.name !== "csrf_token";
}

function valuesOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked ? [control.value] : [];
  if (control.type === "select-multiple") return [...control.selectedOptions].map((option) => option.value);
  return [control.value];
}

// → Map: group → Map: control name → [values]; a group with every box empty is there, with empty lists
export function readForm(form) {
  const groups = new Map();
  form.querySelectorAll("[data-autosave-group]").forEach((list) => groups.set(list.dataset.autosaveGroup, new Map()));
  for (const control of form.elements) {
    if (!isSaved(control)) continue;
    const group = groupOf(control);
    if (!groups.has(group)) groups.set(group, new Map());
    const names = groups.get(group);
    names.set(control.name, [...(names.get(control.name) ?? []), ...valuesOf(control)]);
  }
  return groups;
}

export const fingerprint = (names) => JSON.stringify([...names]);

// → names of the groups whose content differs between two readings
export function changedGroups(before, now) {
  return [...now.keys()].filter((group) => fingerprint(now.get(group)) !== fingerprint(before.get(group) ?? new Map()));
}

export function flatten(groups) {
  return Object.fromEntries([...groups.values()].flatMap((names) => [...names]));
}

export function fillForm(form, values) {
  const left = new Map(Object.entries(values).map(([name, list]) => [name, [...list]]));
  for (const control of form.elements) {
    if (!isSaved(control) || !left.has(control.name)) continue;
    const list = left.get(control.name);
    if (control.type === "checkbox" || control.type === "radio") control.checked = list.includes(control.value);
    else if (control.type === "select-multiple") {
      for (const option of control.options) option.selected = list.includes(option.value);
    } else control.value = list.shift() ?? "";
    // The character counts and we ourselves listen to these.
    control.dispatchEvent(new Event("keyup", { bubbles: true }));
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}
