/** Pictures that are shown: those that an item holds itself. An address elsewhere would tell who reads what. */
const HELD = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp);base64,[A-Za-z0-9+/=\s]+$/;

export function heldPicture(url: string): string | null {
  return HELD.test(url) ? url : null;
}

/** The result of an image generation is the bare base64 of a picture. */
export function pictureOfBase64(result: string): string | null {
  const type = result.startsWith("/9j/") ? "jpeg" : result.startsWith("UklGR") ? "webp" : "png";
  return heldPicture(`data:image/${type};base64,${result}`);
}

/** Where a link may lead: to pages and mail, never to script or data. */
export function safeHref(href: string): string | null {
  if (!/^(?:https?|mailto):/i.test(href) || !URL.canParse(href)) return null;
  const { protocol, href: parsed } = new URL(href);
  return protocol === "http:" || protocol === "https:" || protocol === "mailto:" ? parsed : null;
}
