type Attributes = Record<string, string>;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

export function makeButton(label: string, title: string, act: () => void): HTMLButtonElement {
  // A label that can be read is its own name; a sign needs one.
  const name: Attributes = /[A-Za-z]/.test(label) ? {} : { 'aria-label': title };
  const button = make('button', { type: 'button', title, ...name }, label);
  button.addEventListener('click', act);
  return button;
}

/** One line under a picture that says what is under the pointer or the keyboard. */
export function makeReadout(hint: string): { element: HTMLElement; say: (text: string) => void } {
  const element = make('p', { class: 'readout', 'aria-live': 'polite' }, hint);
  return {
    element,
    say: (text) => {
      element.textContent = text === '' ? hint : text;
    },
  };
}
