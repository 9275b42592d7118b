/** The {@code ninep} program: options, messages for people, exit statuses. The only package that knows picocli. */
@NullMarked
package org.ninep.nbd.cli;

import org.jspecify.annotations.NullMarked;
