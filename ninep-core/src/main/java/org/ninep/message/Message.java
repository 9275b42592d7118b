package org.ninep.message;

/**
 * A request or a reply of 9P2000.L. On the wire: {@code size[4] type[1] tag[2] body}; here only the body.
 *
 * <p>
 * Immutable, but for payloads, which are views of the buffer that they came in.
 */
public sealed interface Message permits Tmessage, Rmessage {}
