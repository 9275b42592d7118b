/**
 * The messages of 9P2000.L as data: one record per message, each under its line on the wire, and the structures that
 * they carry. Records hold what a message says and never do anything; bytes are the codec's, and tags the frame's.
 *
 * <p>
 * Numbers that are unsigned on the wire keep their bits: a {@code count[4]} of FFFFFFFF is an {@code int} of -1. Fids,
 * uids and the like are compared for equality only; sizes and offsets above 2^63 do not occur in practice and are
 * refused where arithmetic would need them.
 */
@NullMarked
package org.ninep.message;

import org.jspecify.annotations.NullMarked;
