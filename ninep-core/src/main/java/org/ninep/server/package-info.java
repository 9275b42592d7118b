/**
 * A 9P2000.L server to embed: {@link org.ninep.server.Server} accepts connections and speaks the protocol,
 * {@link org.ninep.server.FileTree} is what it serves, and {@link org.ninep.server.DirectoryTree},
 * {@link org.ninep.server.MemoryTree} and {@link org.ninep.server.CtlTree} are trees of a directory on disk, of memory,
 * and of the server's own state. A tree knows no connections; the server knows no file system,
 * and keeps the record locks itself.
 * {@link org.ninep.server.Verifier} is how it finds out who a client is; it knows no method of doing so.
 */
@NullMarked
package org.ninep.server;

import org.jspecify.annotations.NullMarked;
