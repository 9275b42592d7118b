package org.ninep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String PROGRAM = "org.ninep.nbd.cli";

    /** Each package of ours, and those that it may see. All arrows point upwards in this list: so there is no cycle. */
    private static final SequencedMap<String, Set<String>> MAY_SEE = new LinkedHashMap<>();

    static {
        MAY_SEE.put("org.ninep", Set.of());
        MAY_SEE.put("org.ninep.message", Set.of("org.ninep"));
        MAY_SEE.put("org.ninep.posix", Set.of("org.ninep", "org.ninep.message"));
        MAY_SEE.put("org.ninep.codec", Set.of("org.ninep", "org.ninep.message"));
        MAY_SEE.put("org.ninep.transport", Set.of("org.ninep"));
        var protocol = Set.of("org.ninep", "org.ninep.message", "org.ninep.codec", "org.ninep.transport");
        MAY_SEE.put("org.ninep.client", protocol);
        MAY_SEE.put("org.ninep.nio",
                Set.of("org.ninep", "org.ninep.message", "org.ninep.codec", "org.ninep.client"));
        MAY_SEE.put("org.ninep.server",
                Set.of("org.ninep", "org.ninep.message", "org.ninep.codec", "org.ninep.transport",
                        "org.ninep.posix"));
        MAY_SEE.put("org.ninep.munge", Set.of("org.ninep", "org.ninep.client", "org.ninep.server"));
        MAY_SEE.put("org.ninep.resilient",
                Set.of("org.ninep", "org.ninep.message", "org.ninep.transport", "org.ninep.client"));
        var checked = Set.of("org.ninep", "org.ninep.message", "org.ninep.codec", "org.ninep.transport",
                "org.ninep.client");
        MAY_SEE.put("org.ninep.check.bench", checked);
        MAY_SEE.put("org.ninep.check.suite", and(checked, "org.ninep.check.bench"));
        MAY_SEE.put("org.ninep.check", and(checked, "org.ninep.check.bench", "org.ninep.check.suite"));
        MAY_SEE.put("org.ninep.nbd",
                Set.of("org.ninep", "org.ninep.message", "org.ninep.client", "org.ninep.resilient"));
        MAY_SEE.put("org.ninep.nbd.control", Set.of("org.ninep", "org.ninep.client", "org.ninep.resilient"));
        MAY_SEE.put(PROGRAM + ".common",
                Set.of("org.ninep", "org.ninep.message", "org.ninep.client", "org.ninep.munge",
                        "org.ninep.resilient", "org.ninep.check"));
        MAY_SEE.put(PROGRAM + ".files",
                Set.of("org.ninep", "org.ninep.message", "org.ninep.codec", "org.ninep.client",
                        PROGRAM + ".common"));
        MAY_SEE.put(PROGRAM + ".copy",
                Set.of("org.ninep", "org.ninep.message", "org.ninep.codec", "org.ninep.client",
                        PROGRAM + ".common", PROGRAM + ".files"));
        MAY_SEE.put(PROGRAM, Set.copyOf(MAY_SEE.keySet()));
    }

    private static Set<String> and(Set<String> some, String... more) {
        var all = new TreeSet<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private static final List<String> TEST_CODE = List.of("/test-classes/", "-tests.jar", "/testguard/",
            "/org/ninep/peer/", "/org/ninep/fuzz/");
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(location -> TEST_CODE.stream().noneMatch(location::contains)).importPackages("org.ninep");

    @Test
    void readsTheClassesOfEveryModule() {
        for (var name : List.of("org.ninep", "org.ninep.munge", "org.ninep.check",
                "org.ninep.resilient", "org.ninep.nbd")) {
            assertTrue(OURS.stream().anyMatch(type -> type.getPackageName().equals(name)), name);
        }
    }

    @Test
    void everyPackageHasItsPlace() {
        var packages = OURS.stream().map(JavaClass::getPackageName).collect(toCollection(TreeSet::new));
        packages.removeAll(MAY_SEE.keySet());
        assertEquals(Set.of(), packages, "packages that are not in the list above");
    }

    @Test
    void arrowsGoOneWay() {
        var seen = new TreeSet<String>();
        for (var entry : MAY_SEE.entrySet()) {
            assertTrue(seen.containsAll(entry.getValue()), () -> entry.getKey() + " may see what comes after it");
            seen.add(entry.getKey());
        }
    }

    @Test
    void packagesSeeOnlyWhatTheyMay() {
        var wrong = new ArrayList<String>();
        for (JavaClass type : OURS) {
            Set<String> allowed = MAY_SEE.getOrDefault(type.getPackageName(), Set.of());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                var target = dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (MAY_SEE.containsKey(target) && !target.equals(type.getPackageName()) && !allowed.contains(target)) {
                    wrong.add(dependency.getDescription());
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void onlyTheProgramKnowsPicocli() {
        noClasses().that().resideOutsideOfPackage(PROGRAM + "..").should().dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(OURS);
    }

    @Test
    void librariesNeverEndTheProcess() {
        noClasses().that().resideOutsideOfPackage(PROGRAM).should().callMethod(System.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "halt", int.class)
                .orShould().callMethod(Runtime.class, "addShutdownHook", Thread.class).check(OURS);
    }

    @Test
    void staticFieldsAreFinal() {
        fields().that().areStatic().should().beFinal().check(OURS);
    }
}
