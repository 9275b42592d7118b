/**
 * MUNGE: the credentials that a host's {@code munged} makes and checks, and their use for authentication over 9P. A
 * {@link org.ninep.munge.MungeSocket} asks munged, a {@link org.ninep.munge.MungeCodec} does without it. Clients take a
 * {@link org.ninep.munge.MungeAuthenticator}, servers a {@link org.ninep.munge.MungeVerifier}.
 * Nothing here knows resilience or NBD.
 */
@NullMarked
package org.ninep.munge;

import org.jspecify.annotations.NullMarked;
