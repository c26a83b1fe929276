// Passkeys: asks the browser, and sends what a device answered as an ordinary form. Without it the password stays.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

async function ask(url) {
  const answer = await fetch(url, { method: "POST", headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function show(options) {
  const { response, rawId } = await navigator.credentials.get({
    publicKey: { ...options, challenge: toBytes(options.challenge) },
  });
  return {
    credential_id: rawId,
    authenticator_data: response.authenticatorData,
    client_data: response.clientDataJSON,
    signature: response.signature,
    user_handle: response.userHandle ?? new ArrayBuffer(0),
  };
}

async function make(options) {
  const { response } = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((known) => ({ ...known, id: toBytes(known.id) })),
    },
  });
  return { authenticator_data: response.getAuthenticatorData(), client_data: response.clientDataJSON };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const trouble = form.querySelector("[data-passkey-trouble]");
  const button = form.querySelector("button");
  const complain = (text) => {
    trouble.textContent = text;
    trouble.hidden = false;
    button.disabled = false;
  };
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    button.disabled = true;
    try {
      const options = await ask(form.dataset.passkey);
      if (options.again) return location.assign(options.again);
      if (options.trouble) return complain(options.trouble);
      const answer = await (options.user ? make(options) : show(options));
      for (const [name, bytes] of Object.entries(answer)) form.elements[name].value = toText(bytes);
      form.submit();
    } catch (error) {
      const said = { NotAllowedError: trouble.dataset.cancelled, InvalidStateError: trouble.dataset.known };
      complain(said[error.name] ?? trouble.dataset.failed);
    }
  });
}
