export { readTitles } from './columns.ts';
export { opannotateFormat } from './opannotate.ts';
export { opreportFormat } from './opreport.ts';
export { opreportXmlFormat } from './xml.ts';
