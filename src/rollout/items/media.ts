import { boolean, type Fields, opaqueList, string, strings, tagged } from "../fields.ts";
import { absolutePath, fileUriPath } from "../paths.ts";
import { imageFailure, imageReference, inputImages, itemId, searchAction } from "../values.ts";

/** Items of searches and images (paginated §2). */

export function webSearch(fields: Fields) {
  return {
    type: "WebSearch",
    id: itemId(fields),
    query: fields.required("query", string),
    action: fields.required("action", searchAction),
    results: fields.optional("results", opaqueList),
  } as const;
}

export function imageView(fields: Fields) {
  return { type: "ImageView", id: itemId(fields), path: fields.required("path", fileUriPath) } as const;
}

export function imageGeneration(fields: Fields) {
  return {
    type: "ImageGeneration",
    id: itemId(fields),
    status: fields.required("status", string),
    revisedPrompt: fields.optional("revised_prompt", string),
    image: { result: fields.required("result", string) },
    transparentBackground: null,
    failure: null,
    savedPath: fields.optional("saved_path", absolutePath),
    inputImages: [],
    generationId: null,
  } as const;
}

const extensionSearchAction = tagged<object>(
  "type",
  {
    search: (fields) => ({
      type: "search",
      query: fields.optional("query", string),
      queries: fields.optional("queries", strings),
    }),
    openPage: (fields) => ({ type: "openPage", url: fields.optional("url", string) }),
    findInPage: (fields) => ({
      type: "findInPage",
      url: fields.optional("url", string),
      pattern: fields.optional("pattern", string),
    }),
  },
  () => ({ type: "other" }),
);

export function extensionWebSearch(fields: Fields) {
  return {
    type: "WebSearch",
    id: itemId(fields),
    query: fields.required("query", string),
    action: fields.optional("action", extensionSearchAction),
    results: fields.optional("results", opaqueList),
  } as const;
}

export function extensionImageGeneration(fields: Fields) {
  return {
    type: "ImageGeneration",
    id: itemId(fields),
    status: fields.required("status", string),
    revisedPrompt: fields.optional("revisedPrompt", string),
    image: imageReference(fields),
    transparentBackground: fields.optional("transparentBackground", boolean),
    failure: fields.optional("failure", imageFailure),
    savedPath: fields.optional("savedPath", absolutePath),
    inputImages: fields.defaulted("inputImages", inputImages, []),
    generationId: fields.optional("generationId", string),
  } as const;
}
