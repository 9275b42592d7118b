/**
 * MUNGE: the credentials that a host's {@code munged} makes and checks, and their use for authentication over 9P.
 * Nothing here knows resilience or NBD.
 */
@NullMarked
package org.ninep.munge;

import org.jspecify.annotations.NullMarked;
