"""Addresses of an application's pages, and what the script of a page sends."""

from __future__ import annotations


def address(application_id, path=""):
    return f"/applicant/applications/{application_id}{path}"


def autosave(client, application_id, section, **values):
    page = client.get(address(application_id, f"/sections/{section}"))
    form = page.form("main form[data-autosave-url]")
    changed = sorted({name.split("-")[0] for name in values})
    versions = {f"_v-{name}": form.values[f"_v-{name}"] for name in changed}
    return {
        "_changed": changed,
        "_version": "0",
        "csrf_token": form.values["csrf_token"],
        **versions,
        **values,
    }


def send_draft(client, application_id, section, body):
    return client.http.post(
        address(application_id, f"/sections/{section}/draft"),
        data=body,
        headers={"Accept": "application/json"},
    )
