@testable import Evaluation

extension GoldenReports {
    /// The reports of `ReportSample.comparison()`.
    static let comparison: [ReportFormat: String] = [
        .text: #"""
        Comparison
        model      new (sha256:cd34)
        reference  old (sha256:ab12)
        data       test.csv
        rows       6

        Figures
        figure                 model  reference  difference      95 % interval  better is
        accuracy              0.6667     0.3333      0.3333   0.0000 to 0.8333  higher
        accuracy_acceptable   0.8333     0.5000      0.3333   0.0000 to 0.8333  higher
        accuracy_unambiguous  1.0000     0.5000      0.5000   0.0000 to 1.0000  higher
        macro_f1              0.6556     0.2778      0.3778   0.0000 to 0.8981  higher
        log_loss              0.9633     1.2619     -0.2986  -0.7128 to 0.0000  lower
        brier                 0.5638     0.7721     -0.2083  -0.5000 to 0.0000  lower
        ece                   0.4583     0.4792     -0.0208  -0.0578 to 0.0000  lower
        Intervals: bootstrap, 50 resamples, seed 7.

        F1 by label
        label               model  reference  difference     95 % interval
        simple             0.8000     0.5000      0.3000  0.0000 to 1.0000
        code               0.5000     0.3333      0.1667  0.0000 to 0.5533
        complex|\u{1b}[2J  0.6667     0.0000      0.6667  0.0000 to 1.0000

        Precision by label
        label               model  reference  difference     95 % interval
        simple             1.0000     1.0000      0.0000  0.0000 to 0.0000
        code               0.5000     0.2500      0.2500  0.0000 to 0.7500
        complex|\u{1b}[2J  0.5000     0.0000      0.5000  0.0000 to 0.6854

        Recall by label
        label               model  reference  difference     95 % interval
        simple             0.6667     0.3333      0.3333  0.0000 to 1.0000
        code               0.5000     0.5000      0.0000  0.0000 to 0.0000
        complex|\u{1b}[2J  1.0000     0.0000      1.0000  1.0000 to 1.0000

        Accuracy by slice
        slice                                           model  reference  difference     95 % interval  rows
        language: en                                   0.3333     0.0000      0.3333  0.0000 to 1.0000     3
        language: 日本語                               1.0000     1.0000      0.0000  0.0000 to 0.0000     2
        language: long long long long long long long…  1.0000     0.0000      1.0000  1.0000 to 1.0000     1

        Rows by which model is right
        right               rows
        both                   2
        only the model         2
        only the reference     0
        neither                2
        Exact McNemar test: p = 0.5000.

        Agreement (rows: reference, columns: model)
                           simple  code  complex|\u{1b}[2J
        simple                  1     0                  0
        code                    1     2                  1
        complex|\u{1b}[2J       0     0                  1

        Changed rows
        The models agree on 66.67 % of the weight; 2 of 6 rows changed.
        row  label              reference  model
          0  simple             code       simple
          5  complex|\u{1b}[2J  code       complex|\u{1b}[2J

        """#,
        .json: #"""
        {
          "model": {"name": "new", "revision": "sha256:cd34"},
          "reference": {"name": "old", "revision": "sha256:ab12"},
          "data": ["test.csv"],
          "rows": 6,
          "accuracy": {
            "model": 0.6666666666666666,
            "reference": 0.3333333333333333,
            "difference": 0.3333333333333333,
            "difference_ci95": [0, 0.8333333333333334]
          },
          "accuracy_acceptable": {
            "model": 0.8333333333333334,
            "reference": 0.5,
            "difference": 0.33333333333333337,
            "difference_ci95": [0, 0.8333333333333334]
          },
          "accuracy_unambiguous": {"model": 1, "reference": 0.5, "difference": 0.5, "difference_ci95": [0, 1]},
          "macro_f1": {
            "model": 0.6555555555555556,
            "reference": 0.27777777777777773,
            "difference": 0.3777777777777778,
            "difference_ci95": [0, 0.8980654761904762]
          },
          "log_loss": {
            "model": 0.9632691670687551,
            "reference": 1.261895745273431,
            "difference": -0.29862657820467586,
            "difference_ci95": [-0.7127776865026759, 0]
          },
          "brier": {
            "model": 0.5638020833333334,
            "reference": 0.7721354166666666,
            "difference": -0.20833333333333326,
            "difference_ci95": [-0.5, 0]
          },
          "ece": {
            "model": 0.4583333333333333,
            "reference": 0.4791666666666667,
            "difference": -0.02083333333333337,
            "difference_ci95": [-0.057812500000000065, -4.85722573273506e-17]
          },
          "cost": {
            "model": 0.3333333333333333,
            "reference": 0.6666666666666666,
            "difference": -0.3333333333333333,
            "difference_ci95": [-0.8333333333333334, 0]
          },
          "per_label": {
            "simple": {
              "precision": {"model": 1, "reference": 1, "difference": 0, "difference_ci95": [0, 0]},
              "recall": {
                "model": 0.6666666666666666,
                "reference": 0.3333333333333333,
                "difference": 0.3333333333333333,
                "difference_ci95": [0, 1]
              },
              "f1": {"model": 0.8, "reference": 0.5, "difference": 0.30000000000000004, "difference_ci95": [0, 1]}
            },
            "code": {
              "precision": {"model": 0.5, "reference": 0.25, "difference": 0.25, "difference_ci95": [0, 0.75]},
              "recall": {"model": 0.5, "reference": 0.5, "difference": 0, "difference_ci95": [0, 0]},
              "f1": {
                "model": 0.5,
                "reference": 0.3333333333333333,
                "difference": 0.16666666666666669,
                "difference_ci95": [0, 0.5533333333333321]
              }
            },
            "complex|\u001b[2J": {
              "precision": {"model": 0.5, "reference": 0, "difference": 0.5, "difference_ci95": [0, 0.6854166666666665]},
              "recall": {"model": 1, "reference": 0, "difference": 1, "difference_ci95": [1, 1]},
              "f1": {"model": 0.6666666666666666, "reference": 0, "difference": 0.6666666666666666, "difference_ci95": [0, 1]}
            }
          },
          "slices": [
            {
              "column": "language",
              "value": "en",
              "rows": 3,
              "accuracy": {
                "model": 0.3333333333333333,
                "reference": 0,
                "difference": 0.3333333333333333,
                "difference_ci95": [0, 1]
              }
            },
            {
              "column": "language",
              "value": "日本語",
              "rows": 2,
              "accuracy": {"model": 1, "reference": 1, "difference": 0, "difference_ci95": [0, 0]}
            },
            {
              "column": "language",
              "value": "long long long long long long long long long long long long ",
              "rows": 1,
              "accuracy": {"model": 1, "reference": 0, "difference": 1, "difference_ci95": [1, 1]}
            }
          ],
          "outcomes": {"both_right": 2, "only_model_right": 2, "only_reference_right": 0, "both_wrong": 2},
          "mcnemar_p": 0.5,
          "agreement_share": 0.6666666666666667,
          "agreement": {"labels": ["simple", "code", "complex|\u001b[2J"], "matrix": [[1, 0, 0], [1, 2, 1], [0, 0, 1]]},
          "changed": [
            {"row": 0, "label": "simple", "reference": "code", "model": "simple"},
            {"row": 5, "label": "complex|\u001b[2J", "reference": "code", "model": "complex|\u001b[2J"}
          ],
          "bootstrap": {"resamples": 50, "seed": "7"}
        }

        """#,
        .markdown: #"""
        # Comparison

        - model: new (sha256:cd34)
        - reference: old (sha256:ab12)
        - data: test.csv
        - rows: 6

        ## Figures

        | figure | model | reference | difference | 95 % interval | better is |
        | :-- | --: | --: | --: | --: | :-- |
        | accuracy | 0.6667 | 0.3333 | 0.3333 | 0.0000 to 0.8333 | higher |
        | accuracy_acceptable | 0.8333 | 0.5000 | 0.3333 | 0.0000 to 0.8333 | higher |
        | accuracy_unambiguous | 1.0000 | 0.5000 | 0.5000 | 0.0000 to 1.0000 | higher |
        | macro_f1 | 0.6556 | 0.2778 | 0.3778 | 0.0000 to 0.8981 | higher |
        | log_loss | 0.9633 | 1.2619 | -0.2986 | -0.7128 to 0.0000 | lower |
        | brier | 0.5638 | 0.7721 | -0.2083 | -0.5000 to 0.0000 | lower |
        | ece | 0.4583 | 0.4792 | -0.0208 | -0.0578 to 0.0000 | lower |

        Intervals: bootstrap, 50 resamples, seed 7.

        ## F1 by label

        | label | model | reference | difference | 95 % interval |
        | :-- | --: | --: | --: | --: |
        | simple | 0.8000 | 0.5000 | 0.3000 | 0.0000 to 1.0000 |
        | code | 0.5000 | 0.3333 | 0.1667 | 0.0000 to 0.5533 |
        | complex\|\\u{1b}\[2J | 0.6667 | 0.0000 | 0.6667 | 0.0000 to 1.0000 |

        ## Precision by label

        | label | model | reference | difference | 95 % interval |
        | :-- | --: | --: | --: | --: |
        | simple | 1.0000 | 1.0000 | 0.0000 | 0.0000 to 0.0000 |
        | code | 0.5000 | 0.2500 | 0.2500 | 0.0000 to 0.7500 |
        | complex\|\\u{1b}\[2J | 0.5000 | 0.0000 | 0.5000 | 0.0000 to 0.6854 |

        ## Recall by label

        | label | model | reference | difference | 95 % interval |
        | :-- | --: | --: | --: | --: |
        | simple | 0.6667 | 0.3333 | 0.3333 | 0.0000 to 1.0000 |
        | code | 0.5000 | 0.5000 | 0.0000 | 0.0000 to 0.0000 |
        | complex\|\\u{1b}\[2J | 1.0000 | 0.0000 | 1.0000 | 1.0000 to 1.0000 |

        ## Accuracy by slice

        | slice | model | reference | difference | 95 % interval | rows |
        | :-- | --: | --: | --: | --: | --: |
        | language: en | 0.3333 | 0.0000 | 0.3333 | 0.0000 to 1.0000 | 3 |
        | language: 日本語 | 1.0000 | 1.0000 | 0.0000 | 0.0000 to 0.0000 | 2 |
        | language: long long long long long long long long long long long long  | 1.0000 | 0.0000 | 1.0000 | 1.0000 to 1.0000 | 1 |

        ## Rows by which model is right

        | right | rows |
        | :-- | --: |
        | both | 2 |
        | only the model | 2 |
        | only the reference | 0 |
        | neither | 2 |

        Exact McNemar test: p = 0.5000.

        ## Agreement (rows: reference, columns: model)

        |  | simple | code | complex\|\\u{1b}\[2J |
        | :-- | --: | --: | --: |
        | simple | 1 | 0 | 0 |
        | code | 1 | 2 | 1 |
        | complex\|\\u{1b}\[2J | 0 | 0 | 1 |

        ## Changed rows

        The models agree on 66.67 % of the weight; 2 of 6 rows changed.

        | row | label | reference | model |
        | --: | :-- | :-- | :-- |
        | 0 | simple | code | simple |
        | 5 | complex\|\\u{1b}\[2J | code | complex\|\\u{1b}\[2J |

        """#,
    ]
}
