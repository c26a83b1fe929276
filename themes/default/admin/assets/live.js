// A page about something at work brings itself up to date until it is done.

const EVERY_MS = 1500;

async function refresh() {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  try {
    const answer = await fetch(live.dataset.live, { headers: { accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    }
  } catch {
    // The network is away for a moment; the next round asks again.
  }
  if (document.querySelector("[data-live]")) setTimeout(refresh, EVERY_MS);
}

setTimeout(refresh, EVERY_MS);
