#!/usr/bin/env python3
"""The alert rules as Prometheus reads them: checked, and each tried by the fault that turns it on.

Run from the root of the project; needs promtool of the Debian package prometheus.
"""
import subprocess
import unittest


class TheAlertRules(unittest.TestCase):
    def test_pass_promtool(self):
        for words in (["check", "rules", "madang.rules.yml"], ["check", "config", "prometheus.yml"],
                      ["test", "rules", "madang.rules.test.yml"]):
            tried = subprocess.run(["promtool", *words], cwd="ops/prometheus", capture_output=True, text=True)
            self.assertEqual(tried.returncode, 0, tried.stdout + tried.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
