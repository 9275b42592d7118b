/**
 * Block devices served to NBD clients: {@link org.ninep.nbd.BlockDevice} is what is served, {@link
 * org.ninep.nbd.NbdServer} serves it, {@link org.ninep.nbd.NbdClient} reads it back.
 *
 * <p>The protocol is the one of the NBD project's {@code doc/proto.md}: fixed newstyle negotiation and simple replies,
 * read-only. Constants carry the specification's names ({@code NBD_OPT_GO}, {@code NBD_EINVAL}).
 *
 * <p>One event loop thread per server accepts clients, parses their handshakes and requests, and starts the reads. A
 * read completes on whatever thread the device uses, and that thread writes the reply, without ever blocking: what the
 * client's socket does not take, the event loop writes later. Nothing in this package may block on behalf of a client,
 * and nothing here may know how a device gets its bytes: reading over the network, retries and replicas live elsewhere.
 */
@NullMarked
package org.ninep.nbd;

import org.jspecify.annotations.NullMarked;
