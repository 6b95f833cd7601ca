/**
 * What the page does with scripts on: a button for dark and light, and the keys `j` and `k` to go from handler to handler.
 * Without scripts the system's preference decides and the links do.
 */
export const PAGE_SCRIPT = `
const root = document.documentElement;
const button = document.getElementById('theme');
const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
const name = () => { button.textContent = isDark() ? 'Light' : 'Dark'; };
button.hidden = false;
name();
button.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; name(); });
const sections = [...document.querySelectorAll('main > section')];
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== 'j' && event.key !== 'k')) return;
  const at = sections.indexOf(document.activeElement && document.activeElement.closest('main > section'));
  const next = sections[event.key === 'j' ? at + 1 : Math.max(at, 1) - 1];
  if (next) { next.focus(); next.scrollIntoView(); }
});
const links = new Map([...document.querySelectorAll('nav a')].map((link) => [link.hash.slice(1), link]));
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const link = links.get(target.id);
    if (!link) continue;
    if (isIntersecting) link.setAttribute('aria-current', 'location');
    else link.removeAttribute('aria-current');
  }
}, { rootMargin: '-15% 0px -70% 0px' });
for (const section of sections) observer.observe(section);
`;
