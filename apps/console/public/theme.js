// Puts the remembered theme on <html> before the first paint, so that no page flashes in the wrong colours.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('uptake.theme') ?? 'system';
  } catch {
    // Storage may be forbidden; the system's theme is a fine answer.
  }
  const isDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
