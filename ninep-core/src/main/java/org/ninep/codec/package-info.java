/**
 * Messages to bytes and back: {@link org.ninep.codec.Codec} for every message as a record,
 * {@link org.ninep.codec.InPlace} for the headers of the hot path without one. Nothing here does I/O or keeps state.
 */
@NullMarked
package org.ninep.codec;

import org.jspecify.annotations.NullMarked;
