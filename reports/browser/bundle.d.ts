/** The script of the page, made from main.ts by build.mjs: one line of JavaScript that never holds '</script'. */
export const PAGE_SCRIPT: string;
