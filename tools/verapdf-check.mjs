// Checks PDF files with veraPDF, the reference validator for PDF/A and PDF/UA:
//   node tools/verapdf-check.mjs [--flavours 3a,3b,3u,ua1] FILE.pdf …
// Needs Java 11+ and Maven; veraPDF itself comes from Maven Central into a folder of the system's temporary directory and
// never becomes part of the product. Exit code 0 when every file conforms, 1 when one does not, 69 when a tool is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const version = '1.26.1';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>verapdf-check</artifactId><version>1</version>
<dependencies><dependency><groupId>org.verapdf</groupId><artifactId>validation-model</artifactId>
<version>${version}</version></dependency></dependencies></project>
`;

const program = `import java.io.FileInputStream;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Check {
  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    boolean all = true;
    for (int index = 1; index < arguments.length; index++) {
      for (String name : arguments[0].split(",")) all &= check(arguments[index], PDFAFlavour.byFlavourId(name));
    }
    System.exit(all ? 0 : 1);
  }

  static boolean check(String path, PDFAFlavour flavour) throws Exception {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(path), flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      String verdict = result.isCompliant() ? "conforms" : "DOES NOT CONFORM";
      System.out.println(path + " " + flavour.getId() + " " + verdict + " (" + result.getTotalAssertions() + " checks)");
      TreeMap<String, Integer> faults = new TreeMap<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() != TestAssertion.Status.FAILED) continue;
        String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
        faults.merge(rule + " " + assertion.getMessage() + " @ " + assertion.getLocation().getContext(), 1, Integer::sum);
      }
      faults.forEach((fault, count) -> System.out.println("  " + count + " x " + fault));
      return result.isCompliant();
    }
  }
}
`;

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (result.error) {
    process.stderr.write(`${command} is needed and was not found\n`);
    process.exit(69);
  }
  return result;
}

function prepare() {
  const folder = join(tmpdir(), `tra-verapdf-${version}`);
  if (existsSync(join(folder, 'Check.class'))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pom.xml'), pom);
  writeFileSync(join(folder, 'Check.java'), program);
  const steps = [
    ['mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib']],
    ['javac', ['-cp', 'lib/*', 'Check.java']],
  ];
  for (const [command, args] of steps) {
    const { status, stdout, stderr } = run(command, args, { cwd: folder });
    if (status === 0) continue;
    process.stderr.write(`${command} failed:\n${stdout}${stderr}`);
    process.exit(69);
  }
  return folder;
}

const args = process.argv.slice(2);
const chosen = args[0] === '--flavours' ? args.splice(0, 2)[1] : '3a,3b,3u,ua1';
if (args.length === 0 || !chosen) {
  process.stderr.write('usage: node tools/verapdf-check.mjs [--flavours 3a,3b,3u,ua1] FILE.pdf …\n');
  process.exit(64);
}
const folder = prepare();
const files = args.map((file) => resolve(file));
const result = run('java', ['-cp', `${join(folder, 'lib')}/*:${folder}`, 'Check', chosen, ...files]);
process.stdout.write(result.stdout);
if (result.status > 1) process.stderr.write(result.stderr);
process.exitCode = result.status ?? 1;
