@sender
Feature: Paginated responses
  Each page says where the next one is, how long the list is and how much the
  server gives at once, so that a client can read a list once and whole.

  Spec: transport_and_format_paginated_response, transport_and_format_pagination_examples

  Background:
    Given the partner is registered with the target

  Rule: A list keeps its order

    @TRN-035
    Scenario Outline: The same page of the <module> list is the same every time
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | limit |
        | 10    |
        | 10    |
        | 10    |
      Then the pages are the same every time

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-036 @cpo
    Scenario: CDRs are listed in the order of their creation
      Given the target publishes at least 2 CDR objects
      When the partner asks for these pages of the cdrs list
        | limit |
        | 10    |
      Then the pages are ordered by age

  Rule: Every page but the last links to the next one

    @TRN-039
    Scenario Outline: A page of the <module> list links to the one that follows
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | offset | limit |
        | 0      | 1     |
        | 1      | 1     |
        | 2      | 1     |
      Then the pages link onward wherever more follows

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-040
    Scenario Outline: The last page of the <module> list links to nothing
      Given the target publishes at least 1 <object> objects
      When the partner follows the <module> list to its end with the parameters
        | offset | the last offset of the <object> list |
        | limit  | 5                                    |
      Then the pages end without a further link

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-041
    Scenario Outline: The next link of the <module> list keeps the filters
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | limit | date_from            | date_to          |
        | 1     | 2010-01-01T00:00:00Z | the current time |
      Then the pages link onward with the filters kept

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-042
    Scenario Outline: The next link of the <module> list can be called as it is
      Given the target publishes at least 2 <object> objects
      When the partner follows the <module> list for 2 pages with the parameters
        | limit | 1 |
      Then the pages link onward in the standard form

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-043
    Scenario Outline: The links of the <module> list lead to every object once
      Given the target publishes at least 1 <object> objects
      When the partner follows the <module> list to its end with the parameters
        | limit | a third of the <object> list |
      Then the pages hold every object exactly once

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

  Rule: X-Total-Count counts what matches

    @TRN-045
    Scenario Outline: Every page of the <module> list has X-Total-Count
      When the partner asks for these pages of the <module> list
        | offset | limit |
        | 0      | 2     |
        | 1      | 1     |
      Then the pages have the header X-Total-Count with a whole number

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

    @TRN-046
    Scenario Outline: The count of the <module> list depends on no offset or limit
      Given the target publishes at least 1 <object> objects
      When the partner asks for these pages of the <module> list
        | offset | limit |
        | 0      | 1     |
        | 0      | 2     |
        | 1      | 1     |
        | 0      | 1     |
      Then the pages all count the whole list

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-046
    Scenario Outline: The count of the <module> list covers a period only
      Given the target publishes at least 1 <object> objects
      When the partner asks for these pages of the <module> list
        | limit | date_from                        | date_to                                         |
        | 50    | the last_updated of the <object> | a second after the last_updated of the <object> |
      Then the pages count the objects that match

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

  Rule: X-Limit is the upper limit of the server

    @TRN-047
    Scenario Outline: Every page of the <module> list has X-Limit
      When the partner asks for these pages of the <module> list
        | offset | limit |
        | 0      | 2     |
        | 1      | 1     |
      Then the pages have the header X-Limit with a whole number

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

    @TRN-048
    Scenario Outline: A short page of the <module> list states the same X-Limit
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | offset                               | limit |
        | 0                                    | 2     |
        | the last offset of the <object> list | 2     |
      Then the pages state one upper limit

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-087
    Scenario Outline: No page of the <module> list is larger than its X-Limit
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | offset                               | limit |
        | 0                                    | 2     |
        | the last offset of the <object> list | 2     |
      Then the pages hold no more objects than their X-Limit

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

    @TRN-049
    Scenario Outline: A limit above the maximum of the <module> list is lowered to it
      When the partner asks for these pages of the <module> list
        | limit  |
        | 100000 |
      Then the pages name the maximum of the server

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |
