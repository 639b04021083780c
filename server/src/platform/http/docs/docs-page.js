// What Swagger UI's page leaves out: a width for phones, the way back, and the dark mode that the system asks for.
const viewport = document.createElement('meta')
viewport.name = 'viewport'
viewport.content = 'width=device-width, initial-scale=1'
document.head.append(viewport)

const nav = document.createElement('nav')
nav.className = 'all-apis'
const back = document.createElement('a')
back.href = '/docs'
back.textContent = '← All APIs'
nav.append(back)
document.body.prepend(nav)

const dark = window.matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', follow)
follow()

const placeholder = 'Search paths and descriptions'
new MutationObserver(() => {
  for (const input of document.querySelectorAll('.operation-filter-input')) {
    if (input.placeholder === placeholder) continue
    input.placeholder = placeholder
    input.setAttribute('aria-label', placeholder)
  }
}).observe(document.body, { childList: true, subtree: true })
