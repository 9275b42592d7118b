/** What watches over the project's own test runs. For this build alone: not a test kit, and never deployed. */
@NullMarked
package org.ninep.testguard;

import org.jspecify.annotations.NullMarked;
