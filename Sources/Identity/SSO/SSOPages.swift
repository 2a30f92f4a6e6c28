import HTTP
import Tenancy

/// The page to which providers lead browsers back; it hands the code over by POST and leaves
/// nothing of it in the address bar.
enum SSOPages {
    static let all: [Route] = [
        .immediate(
            "/auth/sso/callback/{id}", id: "ssoCallbackPage",
            "The page to which an identity provider leads back",
            returns: .media(.ok, "text/html"), takesAnyQuery: true
        ) { _ in
            Response(
                .ok, contentType: "text/html; charset=utf-8", body: .bytes(Array(page.utf8)),
                fields: [(name: "Content-Security-Policy", value: policy)])
        },
        .immediate(
            "/auth/sso/callback.js", id: "ssoCallbackScript", "The script of that page",
            returns: .media(.ok, "text/javascript")
        ) { _ in
            Response(
                .ok, contentType: "text/javascript; charset=utf-8",
                body: .bytes(Array(script.utf8)))
        },
    ]

    private static let policy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    private static let page = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Signing in – Courtyard</title>
        <p id="state" role="status">Signing you in…</p>
        <noscript><p>Signing in needs JavaScript.</p></noscript>
        <script src="/auth/sso/callback.js" defer></script>
        </html>

        """

    private static let script = """
        "use strict";
        (async () => {
          const query = new URLSearchParams(location.search);
          const body = {};
          for (const name of ["state", "code", "iss", "error"]) {
            if (query.has(name)) body[name] = query.get(name);
          }
          history.replaceState(null, "", location.pathname);
          const state = document.getElementById("state");
          const send = (path, content, token) => fetch(path, {
            method: "POST", credentials: "same-origin", body: JSON.stringify(content),
            headers: { "Content-Type": "application/json", "X-CSRF-Token": token || "" },
          });
          const arrive = (result) => {
            const path = result.return_to || "/";
            if (result.state === "authenticated") location.replace(path);
            else if (result.state === "tested") state.textContent = "The connection works.";
          };
          const prove = (token) => {
            state.textContent = "A login with this address exists already. Enter its password.";
            const field = document.createElement("input");
            field.type = "password";
            field.autocomplete = "current-password";
            field.setAttribute("aria-label", "Password");
            const button = document.createElement("button");
            button.textContent = "Connect";
            button.addEventListener("click", async () => {
              const answer = await send("/v1/auth/sso/link", { password: field.value }, token);
              const result = await answer.json();
              if (answer.ok) arrive(result); else state.textContent = result.title;
            });
            document.body.append(field, button);
            field.focus();
          };
          const id = location.pathname.split("/").pop();
          const answer = await send("/v1/auth/sso/callback/" + id, body);
          const result = await answer.json();
          if (!answer.ok) state.textContent = result.title;
          else if (result.state === "link_required") prove(result.csrf_token);
          else arrive(result);
        })().catch(() => {
          document.getElementById("state").textContent = "Signing in failed. Try again.";
        });

        """
}
