/**
 * Files on 9P servers by {@link java.nio.file}: {@link org.ninep.nio.NinepFileSystemProvider} is found by the JDK itself, and
 * everything else here is reached through {@link java.nio.file.Files}. What a 9P server can do that {@code java.nio.file} has no
 * words for is not here: that is the client's.
 */
@NullMarked
package org.ninep.nio;

import org.jspecify.annotations.NullMarked;
