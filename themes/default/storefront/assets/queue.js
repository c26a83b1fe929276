// The waiting room looks again by itself, tells a new place without loading the page anew, and goes on when it is time.

const place = document.querySelector("[data-queue]");

async function look() {
  const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer?.type === "opaqueredirect") {
    location.reload();
    return;
  }
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-queue]");
    if (!next) {
      location.reload();
      return;
    }
    place.dataset.again = next.dataset.again;
    if (place.textContent !== next.textContent) place.replaceChildren(...next.childNodes);
  }
  wait();
}

function wait() {
  setTimeout(look, Number(place.dataset.again) * 1000);
}

if (place) wait();
