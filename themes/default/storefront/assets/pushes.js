// Asks for pushes, once somebody presses the button, and says how it is. A browser that knows no pushes shows nothing of it.

for (const part of document.querySelectorAll("[data-pushes]")) {
  if (!window.PushManager || !window.Notification || !navigator.serviceWorker) continue;
  const button = part.querySelector("button");
  const { key, order, token } = part.dataset;

  const tell = (path, endpoint, more = {}) =>
    fetch(path, { method: "POST", body: new URLSearchParams({ order, token, endpoint, ...more }) }).then((answer) => {
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return answer.json();
    });

  const say = (state) => {
    for (const said of part.querySelectorAll("[data-said]")) said.hidden = said.dataset.said !== state;
    const on = state === "on";
    button.textContent = on ? button.dataset.stop : button.dataset.ask;
    button.setAttribute("aria-pressed", String(on));
    button.hidden = state === "blocked";
    button.disabled = false;
  };

  const subscribed = async () => (await navigator.serviceWorker.ready).pushManager.getSubscription();

  const look = async () => {
    if (Notification.permission === "denied") return "blocked";
    const subscription = await subscribed();
    return subscription && (await tell("/pushes/state", subscription.endpoint)).wanted ? "on" : "off";
  };

  const ask = async () => {
    if ((await Notification.requestPermission()) !== "granted") return Notification.permission === "denied" ? "blocked" : "off";
    const { pushManager } = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: key };
    // What was asked for under another key counts for nothing here.
    const renew = async () => {
      await (await pushManager.getSubscription())?.unsubscribe();
      return pushManager.subscribe(options);
    };
    const subscription = await pushManager.subscribe(options).catch(renew);
    await tell("/pushes", subscription.endpoint, { ...subscription.toJSON().keys, wanted: "1" });
    return "on";
  };

  const stop = async () => {
    const subscription = await subscribed();
    if (subscription) await tell("/pushes", subscription.endpoint);
    return "off";
  };

  const run = (step) => step().then(say, () => say("failed"));
  button.addEventListener("click", () => {
    button.disabled = true;
    run(button.getAttribute("aria-pressed") === "true" ? stop : ask);
  });
  run(look).then(() => (part.hidden = false));
}
