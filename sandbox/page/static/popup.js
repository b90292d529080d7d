// Things that open over the page: placed at what they belong to, in the browser's top layer, so nothing cuts them off.

const GAP = 4;
const EDGE = 8;

/** Shows `popup` (which has a `popover` attribute) below `anchor`, or above it where there is no room. */
export function showAt(popup, anchor, { end = false } = {}) {
  if (!popup.matches(":popover-open")) popup.showPopover();
  const at = anchor.getBoundingClientRect();
  popup.style.minWidth = end ? "" : `${at.width}px`;
  const size = popup.getBoundingClientRect();
  const below = at.bottom + GAP + size.height <= innerHeight - EDGE || at.top < innerHeight - at.bottom;
  const left = end ? at.right - size.width : at.left;
  popup.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - size.width - EDGE))}px`;
  popup.style.top = `${Math.max(EDGE, below ? at.bottom + GAP : at.top - GAP - size.height)}px`;
}

export function hide(popup) {
  if (popup.isConnected && popup.matches(":popover-open")) popup.hidePopover();
}
