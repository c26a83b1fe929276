// Stands before the page, so that an announcement which was closed never shows for a moment.
{
  const root = document.documentElement;
  const { version } = document.currentScript.dataset;
  const kept = () => {
    try {
      return localStorage.getItem("announcement");
    } catch {
      return null;
    }
  };
  root.classList.add("announcing");
  root.classList.toggle("announced", kept() === version);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-announcement-close]")) return;
    root.classList.add("announced");
    try {
      localStorage.setItem("announcement", version);
    } catch {
      // The browser keeps nothing: it is back on the next page.
    }
  });
}
