/** Prefixes by which build tools put variables into the browser's code: Create React App, Vite, Next, Nuxt, Vue, Angular, Gatsby, Expo, SvelteKit. */
const BROWSER = /^(?:REACT_APP|VITE|NEXT_PUBLIC|NUXT_PUBLIC|VUE_APP|NG|NG_APP|GATSBY|EXPO_PUBLIC|PUBLIC)_/;

/** True for a variable whose value is meant for code in the browser. */
export function isBrowserVariable(name: string): boolean {
  return BROWSER.test(name);
}
