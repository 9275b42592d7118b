/** The checks, in groups by subject. Nothing lives here but checks, and what several of one subject share. */
@NullMarked
package org.ninep.check.suite;

import org.jspecify.annotations.NullMarked;
