package org.ninep.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a file is, from the root of its export; the root itself is null.
 *
 * <p>
 * Immutable.
 *
 * @param parent the directory that holds it, null for the root
 * @param name one component
 */
record Location(@Nullable Location parent, Path name) {}
