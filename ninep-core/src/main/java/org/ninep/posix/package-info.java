/**
 * Linux' system calls that the JDK does not wrap: on descriptors and names relative to them, so that no path is resolved
 * twice. {@link org.ninep.posix.Posix} makes the calls on files, {@link org.ninep.posix.ThreadIdentity} changes as whom a thread
 * makes them. All that calls native code lives here, and nothing of 9P does. Not exported.
 */
@NullMarked
package org.ninep.posix;

import org.jspecify.annotations.NullMarked;
