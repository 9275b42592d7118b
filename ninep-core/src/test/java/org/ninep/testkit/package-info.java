/**
 * The test kit, published beside the library: {@link org.ninep.testkit.ScriptedPeer} is a 9P server that does what a test
 * says, byte by byte, {@link org.ninep.testkit.FakeClock} a time that a test moves, and
 * {@link org.ninep.testkit.FileTreeContract} tells whether a tree of files is one that the server can serve. Nothing here
 * depends on a test framework, sleeps, or waits without a bound; what was expected and did not come is an
 * {@link AssertionError} that says what came instead.
 */
@NullMarked
package org.ninep.testkit;

import org.jspecify.annotations.NullMarked;
