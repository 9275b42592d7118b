package org.ninep.nbd.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version: the module's, or the jar's if it was put on the class path. Immutable. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        ModuleDescriptor module = Version.class.getModule().getDescriptor();
        String version = module != null
                ? module.rawVersion().orElse("(no version)")
                : Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "(no version)");
        return new String[]{"ninep " + version};
    }
}
