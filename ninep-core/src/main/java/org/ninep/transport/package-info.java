/**
 * Connected streams of bytes and ways to get one: TCP, Unix sockets, within the process, or a channel that the embedder
 * hands in. Nothing here knows a message.
 */
@NullMarked
package org.ninep.transport;

import org.jspecify.annotations.NullMarked;
