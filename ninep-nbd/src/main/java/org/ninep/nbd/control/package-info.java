/**
 * Looking at a running NBD server and changing its replicas, over a Unix socket. Knows files over replicas, and neither NBD nor the
 * command line.
 *
 * <p>The protocol: the client sends one line of JSON, {@code {"command":"status"}} or {@code {"command":"add|remove",
 * "export":NAME,"uri":URI}}, of at most 64 KiB; the server answers with one line of JSON, which has the member {@code error} if
 * it did not do what was asked, and closes the connection.
 */
@NullMarked
package org.ninep.nbd.control;

import org.jspecify.annotations.NullMarked;
