/**
 * The {@code ninep} program: its commands, and how they are put together. This package and those in it are the only ones that
 * know picocli.
 */
@NullMarked
package org.ninep.nbd.cli;

import org.jspecify.annotations.NullMarked;
