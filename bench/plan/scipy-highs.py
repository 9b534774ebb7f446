"""Native HiGHS by scipy: reads a planning problem in which everybody has a place, builds the model and solves it some times.

Prints {"p50": ms, "solveP50": ms, "rounds": n, "total": cost}: p50 with model building, solveP50 without; reading the JSON is in neither.
"""
import json
import sys
import time

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

PREFERENCE_COST = 100


def build(problem):
    out = set(problem.get("without", []))
    places = []
    for location in problem["locations"]:
        if location["name"] in out:
            continue
        pools = location.get("pools", {})
        places.append((location["name"], None, set(pools), location["capacityRps"], location["costPerRps"]))
        for name, rps in pools.items():
            places.append((location["name"], name, set(), rps, location["costPerRps"]))
    costs, rows_at, places_at, demand = [], [], [], []
    for zone in problem["zones"]:
        latency = zone["latencyMs"]
        for name, rps in zone["demandRps"].items():
            if rps <= 0:
                continue
            weight = problem["classes"][name]["latencyWeight"]
            forbidden = zone.get("forbidden", {}).get(name, ())
            allowed = zone.get("allowed", {}).get(name)
            preferred = zone.get("preferred", {}).get(name)
            farthest = zone.get("farthestMs", {}).get(name, float("inf"))
            row = len(demand)
            demand.append(rps)
            for index, (place, pool, own, _, cost) in enumerate(places):
                if name in own or (pool is not None and pool != name) or place in forbidden:
                    continue
                ms = latency.get(place)
                if ms is None or ms > farthest or (allowed is not None and place not in allowed):
                    continue
                aside = PREFERENCE_COST if preferred is not None and place not in preferred else 0
                costs.append(weight * ms + cost + aside)
                rows_at.append(row)
                places_at.append(index)
    count = len(costs)
    ones = np.ones(count)
    columns = np.arange(count)
    return dict(
        c=np.array(costs),
        A_ub=coo_matrix((ones, (places_at, columns)), shape=(len(places), count)).tocsc(),
        b_ub=np.array([place[3] for place in places]),
        A_eq=coo_matrix((ones, (rows_at, columns)), shape=(len(demand), count)).tocsc(),
        b_eq=np.array(demand),
    )


def main():
    rounds = int(sys.argv[1])
    problem = json.load(sys.stdin)
    took, solving = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        model = build(problem)
        built = time.perf_counter()
        answer = linprog(**model, bounds=(0, None), method="highs")
        took.append(1000 * (time.perf_counter() - begun))
        solving.append(1000 * (time.perf_counter() - built))
    if answer.status != 0:
        sys.exit(f"scipy: {answer.message}")
    middle = rounds // 2
    p50, solve_p50 = sorted(took)[middle], sorted(solving)[middle]
    print(json.dumps({"p50": p50, "solveP50": solve_p50, "rounds": rounds, "total": answer.fun}))


main()
